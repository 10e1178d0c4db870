import { TemplateError } from "../template-error.js";
import { bounded, isTruthy, numberOf, type TemplateFunction, type TemplateValue } from "./values.js";

const whole = (value: TemplateValue): number => Math.trunc(numberOf(value));
const folded =
  (start: number, step: (sum: number, next: number) => number): TemplateFunction =>
  (...all) =>
    all.map(whole).reduce(step, start);

function divisor(value: TemplateValue): number {
  const number = whole(value);
  if (number === 0) throw new TemplateError("a division by zero");
  return number;
}

const steps = (from: number, to: number, step: number): number[] =>
  step === 0 || (to - from) * step <= 0 ? [] : Array.from({ length: bounded(Math.ceil((to - from) / step)) }, (_, index) => from + index * step);

const extreme =
  (pick: (...all: number[]) => number, of: (value: TemplateValue) => number): TemplateFunction =>
  (...all) =>
    pick(...all.map(of));
const places = (change: (value: number) => number) => (value: TemplateValue, digits: TemplateValue) => {
  const scale = 10 ** Math.min(15, Math.max(0, numberOf(digits)));
  return change(numberOf(value) * scale) / scale;
};

/** Sprig's functions of numbers. Those on whole numbers drop fractions. */
export const numberFunctions: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ["add", folded(0, (a, b) => a + b)],
  ["mul", folded(1, (a, b) => a * b)],
  ["add1", (value) => whole(value) + 1],
  ["sub", (a, b) => whole(a) - whole(b)],
  ["div", (a, b) => Math.trunc(whole(a) / divisor(b))],
  ["mod", (a, b) => whole(a) % divisor(b)],
  ["max", extreme(Math.max, whole)],
  ["biggest", extreme(Math.max, whole)],
  ["min", extreme(Math.min, whole)],
  ["maxf", extreme(Math.max, numberOf)],
  ["minf", extreme(Math.min, numberOf)],
  ["addf", (...all) => all.map(numberOf).reduce((a, b) => a + b, 0)],
  ["mulf", (...all) => all.map(numberOf).reduce((a, b) => a * b, 1)],
  ["subf", (a, ...others) => others.map(numberOf).reduce((sum, one) => sum - one, numberOf(a))],
  ["divf", (a, ...others) => others.map(numberOf).reduce((sum, one) => sum / one, numberOf(a))],
  ["ceil", (value) => Math.ceil(numberOf(value))],
  ["floor", (value) => Math.floor(numberOf(value))],
  ["round", places(Math.round)],
  ["int", whole],
  ["int64", whole],
  ["float64", numberOf],
  ["atoi", whole],
  ["toDecimal", (value) => Number.parseInt(String(value), 8) || 0],
  ["until", (count) => steps(0, whole(count), whole(count) < 0 ? -1 : 1)],
  ["untilStep", (from, to, step) => steps(whole(from), whole(to), whole(step))],
  ["ternary", (yes, no, test) => (isTruthy(test) ? yes : no)],
]);
