// Where the columns of a two-node map stand: left side, middle with links and arrows, right side.

export interface Columns {
  width: number;
  /** First column of the arrow and the links. */
  middle: number;
  middleWidth: number;
  /** Column of the right side's sign; its text begins two further. */
  right: number;
  /** Cells for text on the left and on the right. */
  leftRoom: number;
  rightRoom: number;
}

/** At 80 the arrow has 17 cells; wider screens give to the arrow up to 36, then to the sides. */
export function columnsOf(width: number): Columns {
  const grown = Math.max(0, Math.min(width, 140) - 80);
  const spare = Math.floor(Math.max(0, width - 140) / 2);
  const middle = 30 + Math.floor(grown * 0.4) + spare;
  const right = 48 + Math.floor(grown * 0.725) + spare;
  return { width, middle, middleWidth: right - 1 - middle, right, leftRoom: middle - 5, rightRoom: width - right - 2 };
}
