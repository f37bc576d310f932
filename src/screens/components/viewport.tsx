// The one component that draws: each line of the picture as one preformatted text, redrawn only when it changed.
import { Box, Text } from 'ink';
import { memo } from 'react';

/** One row of the terminal. A blank keeps an empty line one row high. */
const ScreenRow = memo(function ScreenRow({ text }: { text: string }) {
  return <Box height={1} flexShrink={0}><Text wrap="truncate">{text === '' ? ' ' : text}</Text></Box>;
});

/** Exactly `rows` lines of at most `columns` cells; the lines already carry their colours. */
export function Viewport({ lines, columns, rows }: { lines: readonly string[]; columns: number; rows: number }) {
  return (
    <Box flexDirection="column" width={columns} height={rows} overflow="hidden">
      {Array.from({ length: rows }, (_, index) => <ScreenRow key={index} text={lines[index] ?? ''} />)}
    </Box>
  );
}
