/** Adds a full stop where it is missing, as it often is in messages of the platform. */
export function withFullStop(text: string): string {
  const said = text.trim();
  if (said === "" || /[.!?…:;。！？：；]["”’）)]?$/u.test(said)) return said;
  return `${said}${/[\p{Script=Han}）”]$/u.test(said) ? "。" : "."}`;
}
