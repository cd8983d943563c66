import type { Locator } from "playwright-core";

/** Texts with less contrast than WCAG AA asks of text of this size, as "text: ratio". It asks nothing of inactive ones. */
export function faintTexts(within: Locator): Promise<string[]> {
  return within.evaluate((root) => {
    type Colour = [red: number, green: number, blue: number, alpha: number];
    const parse = (text: string): Colour => {
      const [red = 0, green = 0, blue = 0, alpha = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
      return [red, green, blue, alpha];
    };
    const over = (top: Colour, bottom: Colour): Colour => {
      const mix = (index: 0 | 1 | 2): number => top[index] * top[3] + bottom[index] * (1 - top[3]);
      return [mix(0), mix(1), mix(2), 1];
    };
    const luminance = (colour: Colour): number => {
      const [red, green, blue] = colour.slice(0, 3).map((value) => {
        const part = value / 255;
        return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
    };
    const background = (element: Element | null): Colour => {
      if (!element) return [255, 255, 255, 1];
      const own = parse(getComputedStyle(element).backgroundColor);
      return own[3] === 1 ? own : over(own, background(element.parentElement));
    };
    const faint: string[] = [];
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
      const element = text.parentElement;
      const words = text.textContent?.trim() ?? "";
      if (!element || words === "" || !element.checkVisibility() || element.closest(":disabled")) continue;
      const below = background(element);
      const [red, green, blue, alpha] = parse(getComputedStyle(element).color);
      const shown = over([red, green, blue, alpha * Number(getComputedStyle(element).opacity)], below);
      const [dark = 0, light = 0] = [luminance(shown), luminance(below)].sort((one, other) => one - other);
      const ratio = (light + 0.05) / (dark + 0.05);
      if (ratio < 4.5) faint.push(`${words}: ${ratio.toFixed(2)}`);
    }
    return faint;
  });
}

/** Parts of a dialog that reach beyond it or beyond their own box, and labels that need a second line. */
export function cutOff(within: Locator): Promise<string[]> {
  return within.evaluate((root) => {
    const outer = root.getBoundingClientRect();
    return [
      ...root.querySelectorAll(
        ".aliyun-iot-row, .aliyun-iot-row *, .aliyun-iot-heading, .aliyun-iot-tip, summary",
      ),
    ]
      .filter((element) => element.checkVisibility() && !element.matches("input, select, option, select *"))
      .filter((element) => !element.closest(".red-ui-typedInput-container button"))
      .filter((element) => {
        const box = element.getBoundingClientRect();
        const overflows = element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1;
        const wraps = element.matches("label:first-child") && element.clientHeight > 36;
        const isOutside = box.left < outer.left - 1 || box.right > outer.right + 1;
        return box.width > 0 && (isOutside || overflows || wraps);
      })
      .map((element) => `${element.tagName}.${element.className} ${element.textContent?.trim()}`);
  });
}

/** Fields with a red border, and nothing below them that says why. */
export function redWithoutReason(within: Locator): Promise<string[]> {
  return within.evaluate((root) => {
    const red = getComputedStyle(root.ownerDocument.documentElement).getPropertyValue(
      "--red-ui-form-input-border-error-color",
    );
    const probe = root.appendChild(document.createElement("i"));
    probe.style.borderTopColor = red;
    const { borderTopColor } = getComputedStyle(probe);
    probe.remove();
    return [...root.querySelectorAll(".input-error")]
      .filter((field) => field.checkVisibility() && !field.contains(document.activeElement))
      .filter((field) => getComputedStyle(field).borderTopColor === borderTopColor)
      .filter((field) => {
        const reasons = field
          .closest(".aliyun-iot-row, .aliyun-iot-rule")
          ?.querySelectorAll(".aliyun-iot-problem, .aliyun-iot-rule-note");
        return ![...(reasons ?? [])].some((reason) => reason.textContent?.trim());
      })
      .map((field) => `${field.tagName}#${field.id}`);
  });
}
