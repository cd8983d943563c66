import { dialogPictures } from "./dialogs";
import { firstMinute } from "./film";
import type { Film, Picture } from "./picture";

/** Everything that `npm run pictures` makes. */
export const pictures: readonly Picture[] = dialogPictures;
export const films: readonly Film[] = [firstMinute];

/** Every file in the folder of a language, with what it shows. */
export const files: readonly { file: string; shown: Picture | Film }[] = [
  ...pictures.map((shown) => ({ file: `${shown.name}.png`, shown })),
  ...films.map((shown) => ({ file: `${shown.name}.gif`, shown })),
];
