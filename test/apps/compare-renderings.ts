import type { Rendering, SampledElement } from "./rendering.ts";

/** The tolerance of widths in CSS pixels: sub-pixel text layout does not depend on the build. */
const WIDTH_TOLERANCE = 1;
const MOST = 5;

/**
 * Compares a rendering with its reference: visible text, computed styles and widths of the sampled elements, and
 * errors.
 * @returns the differences, one sentence each; empty if the renderings match
 */
export function differencesOf(ours: Rendering, reference: Rendering): string[] {
  const differences: string[] = [];
  if (ours.text !== reference.text)
    differences.push(`the text is ${quoted(ours.text)}, with Vite ${quoted(reference.text)}`);
  if (ours.elements.length === reference.elements.length) {
    for (const [index, element] of ours.elements.entries()) {
      const other = reference.elements[index];
      if (other !== undefined) differences.push(...elementDifferences(element, other));
    }
  } else {
    differences.push(`${ours.elements.length} elements are shown, with Vite ${reference.elements.length}`);
  }
  const known = new Set(reference.errors);
  const own = ours.errors.filter((error) => !known.has(error));
  if (own.length > 0) differences.push(`console: ${own.join("; ")}`);
  return differences.slice(0, MOST);
}

function elementDifferences(ours: SampledElement, reference: SampledElement): string[] {
  if (ours.element !== reference.element) return [`${ours.element} stands where Vite has ${reference.element}`];
  const differences = Object.entries(ours.styles)
    .filter(([name, value]) => value !== reference.styles[name])
    .map(([name, value]) => `${ours.element} has ${name} ${value}, with Vite ${reference.styles[name]}`);
  if (Math.abs(ours.width - reference.width) > WIDTH_TOLERANCE) {
    differences.push(`${ours.element} is ${ours.width} px wide, with Vite ${reference.width}`);
  }
  return differences;
}

const quoted = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
