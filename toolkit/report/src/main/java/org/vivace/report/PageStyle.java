package org.vivace.report;

/** How the HTML page looks: large enough for a projector, plain enough for paper. */
final class PageStyle {

    static final String CSS = """
            :root { color-scheme: light; }
            body { margin: 0 auto; max-width: 1120px; padding: 24px 32px 64px; background: #fff; color: #1f2933;
              font: 19px/1.5 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
            h1 { margin: 0 0 12px; font-size: 29px; line-height: 1.25; text-wrap: balance; }
            .lead { margin: 0 0 16px; font-size: 22px; line-height: 1.3; text-wrap: balance; }
            h2 { margin: 48px 0 12px; font-size: 24px; }
            figure { margin: 0 0 32px; }
            img { display: block; max-width: 100%; width: auto; height: auto; margin: 0 auto; }
            .screen img { max-height: max(88vh, 400px); }
            .screen:first-of-type img { max-height: max(66vh, 400px); }
            figcaption, .small { margin-top: 8px; color: #52606d; font-size: 17px; }
            figcaption { text-align: center; text-wrap: balance; }
            .note { padding: 12px 16px; border-left: 6px solid #d1601c; background: #fdf3ec; }
            table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 17px; }
            th, td { padding: 9px 10px; border-bottom: 1px solid #e3e7eb; text-align: left; vertical-align: top; }
            th { border-bottom: 2px solid #1f2933; white-space: nowrap; }
            td:not(:first-child) { white-space: nowrap; }
            td:first-child { overflow-wrap: anywhere; }
            td.long { white-space: normal; overflow-wrap: break-word; }
            .faster, .better { color: #0b6e99; }
            .slower, .worse { color: #b04c10; }
            dl { display: grid; grid-template-columns: 1fr 1fr; gap: 6px 40px; margin: 0; }
            dl div { display: flex; gap: 12px; justify-content: space-between; border-bottom: 1px solid #e3e7eb; }
            dt { color: #52606d; white-space: nowrap; }
            dd { margin: 0; text-align: right; overflow-wrap: anywhere; }
            pre { margin: 0; padding: 14px 16px; overflow-x: auto; border-radius: 6px; background: #f3f5f7;
              font: 16px/1.45 ui-monospace, "DejaVu Sans Mono", Consolas, monospace; }
            .command { white-space: pre-wrap; overflow-wrap: anywhere; }
            summary { margin: 32px 0 12px; cursor: pointer; font-weight: 700; }
            @media (max-width: 720px) { dl { grid-template-columns: 1fr; } table { display: block; overflow-x: auto; } }
            @media print { figure, tr { break-inside: avoid; } }
            """;

    private PageStyle() {}
}
