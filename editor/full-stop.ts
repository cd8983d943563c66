/** A text with its full stop: what the platform says often comes without one. */
export function withFullStop(text: string): string {
  const said = text.trim();
  if (said === "" || /[.!?…:;。！？：；]["”’）)]?$/u.test(said)) return said;
  return `${said}${/[\p{Script=Han}）”]$/u.test(said) ? "。" : "."}`;
}
