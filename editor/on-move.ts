/**
 * Watches for whatever may move a field: elements before it that grow, a wider dialog, scrolling. The browser tells of
 * these, so nothing runs while nothing moves.
 * @param field the elements of the field, in a form
 * @param more further elements whose size matters
 * @param act called with the next frame, also once at the start
 * @returns a function that ends it
 */
export function onMove(field: readonly Element[], more: readonly Element[], act: () => void): () => void {
  let frame: number | undefined;
  const soon = (): void => {
    frame ??= requestAnimationFrame(() => {
      frame = undefined;
      act();
    });
  };
  const sizes = new ResizeObserver(soon);
  for (const element of [...more, ...field.flatMap(ancestorsOf)])
    sizes.observe(element, { box: "border-box" });
  // Scrolling of an element inside does not bubble, but can be captured.
  document.addEventListener("scroll", soon, true);
  addEventListener("resize", soon);
  return () => {
    sizes.disconnect();
    document.removeEventListener("scroll", soon, true);
    removeEventListener("resize", soon);
    if (frame !== undefined) cancelAnimationFrame(frame);
  };
}

/** The elements up to the form, and those beside each of them. */
function ancestorsOf(field: Element): Element[] {
  const found: Element[] = [field];
  for (
    let element = field;
    !element.matches("form") && element.parentElement;
    element = element.parentElement
  ) {
    found.push(element.parentElement, ...element.parentElement.children);
  }
  return found;
}
