import { gunzipSync, gzipSync } from 'node:zlib';
import type { AlertKind } from './alert.ts';
import { worthOf } from './statistics/copies.ts';
import { newPanel, type Panel, readPanel, type StoredPanel, storePanel } from './statistics/panel.ts';
import { newRateTest, type RateTest } from './statistics/rate-test.ts';
import { makeReference, type SignalReference } from './statistics/signal-reference.ts';

/** Reference values by name of feature or answer. */
export type ReferenceColumns = Record<string, { kind: SignalReference['kind']; values: unknown[] }>;

export interface References {
  features: ReferenceColumns | null;
  answers: ReferenceColumns | null;
  /** How wrong the first answers were for which the truth came. */
  losses: number[] | null;
}

/** How the requests of a service go: a test, and the newest ones to see whether it is over. */
export interface RateWatch {
  test: RateTest;
  recent: { id: string; hit: boolean }[];
}

/** An alert that is open, as the watch remembers it. `row` counts rows (or requests, or labels) of its own kind. */
export interface OpenAlert {
  kind: AlertKind;
  feature: string | null;
  state: 'pending' | 'firing' | 'recovering';
  row: number;
  measure: string;
}

/** All that a monitor knows between two rows. What is not derived from the references is stored after every batch. */
export interface Watch {
  versionId: string | null;
  /** Versions that were there before: their late rows are nobody's news. */
  pastVersions: string[];
  /** Rows in a row that another version answered. */
  otherVersionRows: number;
  references: References;
  features: Panel | null;
  answers: Panel | null;
  quality: Panel | null;
  errors: RateWatch;
  latency: RateWatch;
  slowMilliseconds: number | null;
  learning: {
    columns: string[];
    rows: unknown[][];
    answers: Record<string, unknown>[];
    latencies: number[];
    losses: number[];
  };
  labelCursor: number;
  open: Record<string, OpenAlert>;
  window: { from: string; rows: number } | null;
  windowCount: number;
}

type Kept = Omit<Watch, 'references' | 'features' | 'answers' | 'quality'> & {
  features: StoredPanel | null;
  answers: StoredPanel | null;
  quality: StoredPanel | null;
};

/** What is tolerated without a word: one failed request in a hundred, one slow one in twenty. */
const toleratedErrors = 0.01;
const toleratedSlow = 0.05;

export const newLearning = (): Watch['learning'] => ({ columns: [], rows: [], answers: [], latencies: [], losses: [] });

export function newWatch(references: References = { features: null, answers: null, losses: null }): Watch {
  return {
    versionId: null,
    pastVersions: [],
    otherVersionRows: 0,
    references,
    features: null,
    answers: null,
    quality: null,
    errors: { test: newRateTest(toleratedErrors), recent: [] },
    latency: { test: newRateTest(toleratedSlow), recent: [] },
    slowMilliseconds: null,
    learning: newLearning(),
    labelCursor: 0,
    open: {},
    window: null,
    windowCount: 0,
  };
}

export const panelOf = (columns: ReferenceColumns, names: readonly string[], alpha: number): Panel =>
  newPanel(referencesOf(columns, names), alpha);

export const lossName = 'loss';
export const lossColumns = (losses: readonly number[]): ReferenceColumns => ({
  [lossName]: { kind: 'numeric', values: [...losses] },
});

export function packWatch(watch: Watch): { progress: Buffer; reference: () => Buffer } {
  const { references, features, answers, quality, ...plain } = watch;
  const kept: Kept = {
    ...plain,
    features: features && storePanel(features),
    answers: answers && storePanel(answers),
    quality: quality && storePanel(quality),
  };
  return { progress: pack(kept), reference: () => pack(references) };
}

export function unpackWatch(progress: Buffer | null, reference: Buffer | null, alphas: Alphas): Watch {
  const references = reference ? (unpack(reference) as References) : undefined;
  if (!progress) return newWatch(references);
  const kept = unpack(progress) as Kept;
  const watch: Watch = { ...newWatch(references), ...kept, features: null, answers: null, quality: null };
  const read = (columns: ReferenceColumns | null, stored: StoredPanel | null, alpha: number): Panel | null =>
    columns && stored ? readPanel(referencesOf(columns, Object.keys(stored.signals)), alpha, stored) : null;
  watch.features = read(watch.references.features, kept.features, alphas.features);
  watch.answers = read(watch.references.answers, kept.answers, alphas.answers);
  watch.quality = read(watch.references.losses && lossColumns(watch.references.losses), kept.quality, alphas.quality);
  return watch;
}

/** The parts of a monitor's budget. */
export interface Alphas {
  features: number;
  answers: number;
  quality: number;
  errors: number;
  latency: number;
}

function referencesOf(columns: ReferenceColumns, names: readonly string[]): Map<string, SignalReference> {
  const worth = worthOf(names.map((name) => columns[name]!.values));
  return new Map(names.map((name) => [name, makeReference(columns[name]!.kind, columns[name]!.values, name, worth)]));
}

const pack = (value: unknown): Buffer => gzipSync(JSON.stringify(value), { level: 1 });
const unpack = (bytes: Buffer): unknown => JSON.parse(gunzipSync(bytes).toString('utf8'));
