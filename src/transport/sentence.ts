// One clear sentence for the operator, never longer than 200 characters.
import { capLine, cleanText } from './clean.ts';

const longest = 200;

/**
 * What happened, and what to do about it. Where both do not fit into 200 characters what happened is shortened,
 * because what to type must stay whole; where that alone is too long, it is cut.
 */
export function sentence(what: string, todo = ''): string {
  const happened = oneLine(what);
  const advice = oneLine(todo);
  if (advice === '') return capLine(happened, longest);
  const room = longest - advice.length - 2;
  return room < 20 ? capLine(`${capLine(happened, 80)}; ${advice}`, longest) : `${capLine(happened, room)}; ${advice}`;
}

function oneLine(text: string): string {
  return cleanText(text).replace(/\s+/g, ' ').trim();
}
