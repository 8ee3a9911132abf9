/*
 * A picture as data: what it shows, without how. Equal data gives an equal picture, so its JSON is its identity. All texts
 * come in the language of the one who looks at it, and may be anything a person typed.
 */

/** Both look calm on a phone in either of Telegram's themes; which one is the viewer's choice. */
export type Theme = 'dark' | 'light';

/** A palette's colour by Loop's number, 0 to 19. */
export type Color = number;

/**
 * What a day is drawn as: the share reached (0 to 1), `over` a limit, skipped, kept without an entry of its own (`auto`),
 * not asked for (`rest`), or not there at all (`none`: before the beginning, in the future).
 */
export type Mark = number | 'over' | 'skip' | 'auto' | 'rest' | 'none';

/** A name with the emoji before it, if it has one of its own. */
export type Label = { readonly text: string; readonly emoji?: string | undefined };

/** Days as a calendar of seven columns, a number in each; the first stands in column `startsIn` (0 to 6). */
export type CalendarSection = {
  readonly kind: 'calendar';
  readonly columns: readonly string[];
  readonly startsIn: number;
  readonly days: readonly { readonly label: string; readonly mark: Mark }[];
  /** Index of the day that is framed. */
  readonly today?: number | undefined;
  readonly color: Color;
};

/** Many days as columns of seven, oldest first, in bands one under the other so that a phone shows each day. */
export type HeatmapSection = {
  readonly kind: 'heatmap';
  /** Labels of the rows; an empty one is left out. */
  readonly rows: readonly string[];
  readonly bands: readonly {
    /** In which row the first day stands, 0 to 6. */
    readonly startsIn: number;
    readonly marks: readonly Mark[];
    /** Labels over the columns of these days, by the index of the day. */
    readonly labels: readonly { readonly at: number; readonly text: string }[];
  }[];
  readonly color: Color;
};

/** A line of marks for each of several things, with a text at its right end. */
export type RowsSection = {
  readonly kind: 'rows';
  /** Texts over the columns, by the index of the column. */
  readonly columns: readonly { readonly at: number; readonly text: string }[];
  readonly rows: readonly {
    readonly label: Label;
    readonly marks: readonly Mark[];
    readonly right: string;
    readonly color: Color;
  }[];
};

/** Lines over time. Points are evenly spaced; undefined is a gap. */
export type LinesSection = {
  readonly kind: 'lines';
  readonly title?: string | undefined;
  readonly series: readonly {
    readonly points: readonly (number | undefined)[];
    readonly color: Color;
    /** Shown in its colour beside the title. */
    readonly name?: string | undefined;
  }[];
  /** Texts under the axis, by the index of the point. */
  readonly labels: readonly { readonly at: number; readonly text: string }[];
  /** The axis: from 0 to `max`, with a line and a text at each tick. */
  readonly max: number;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
};

/** A bar for each value. */
export type BarsSection = {
  readonly kind: 'bars';
  readonly title?: string | undefined;
  readonly bars: readonly { readonly value: number; readonly label: string; readonly text?: string }[];
  readonly max: number;
  /** A line across all bars: a goal or a limit. */
  readonly mark?: { readonly at: number; readonly text: string } | undefined;
  readonly color: Color;
};

/** What the marks mean, in a line. */
export type LegendSection = {
  readonly kind: 'legend';
  readonly items: readonly { readonly mark: Mark; readonly text: string }[];
  readonly color: Color;
};

export type Section =
  | CalendarSection
  | HeatmapSection
  | RowsSection
  | LinesSection
  | BarsSection
  | LegendSection;

/** A page of 1080 pixels' width: a title, a line under it, and sections one under the other. */
export type Picture = {
  readonly theme: Theme;
  readonly title: Label;
  readonly subtitle?: string | undefined;
  readonly sections: readonly Section[];
};
