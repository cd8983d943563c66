import { taskPictures } from "./canvas";
import { dialogPictures } from "./dialogs";
import { firstMinute } from "./film";
import type { Film, Shown } from "./picture";

/** The moving pictures. */
export const films: readonly Film[] = [firstMinute];

/** Every picture in the folder of a language: its file, and what it shows. */
export async function allFiles(): Promise<{ file: string; shown: Shown }[]> {
  const pictures = [...dialogPictures, ...(await taskPictures())];
  return [
    ...pictures.map((shown) => ({ file: `${shown.name}.png`, shown })),
    ...films.map((shown) => ({ file: `${shown.name}.gif`, shown })),
  ];
}
