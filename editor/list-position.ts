/** Where a list opens beside its field, in pixels from the top of the window. */
interface Position {
  top: number;
  /** Height of the part that scrolls. */
  listHeight: number;
}

/** Space between a list and its field, and between a list and the edge of the window. */
const gap = 4;

/**
 * Below the field where there is room, else above it where there is more; never over it. The list shrinks where
 * neither side has room for all of it.
 * @param field where its upper and lower edges are
 * @param height of the window
 * @param frame height of the panel without the scrolling list
 * @param list height that it wants to have, and the smallest that is of use
 */
export function positionBeside(
  field: { top: number; bottom: number },
  height: number,
  frame: number,
  list: { wanted: number; min: number },
): Position {
  const below = height - field.bottom - 2 * gap - frame;
  const above = field.top - 2 * gap - frame;
  const isBelow = below >= list.wanted || below >= above;
  const room = isBelow ? below : above;
  const listHeight = Math.max(list.min, Math.min(list.wanted, room));
  return { listHeight, top: isBelow ? field.bottom + gap : field.top - gap - frame - listHeight };
}
