package org.vivace.report;

import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.XYStyler;

/** Charts of horizontal bars, as tall as their number demands. */
final class BarChart {

    private static final int LEAST_ROW = 40;
    private static final int AROUND_ROWS = 190;

    private BarChart() {}

    static XYChart of(String title, String xTitle, List<Bar> bars, double marked) {
        int height = Math.max(Theme.HEIGHT, AROUND_ROWS + LEAST_ROW * bars.size());
        XYChart chart = Theme.chart(title, xTitle, height);
        XYStyler styler = chart.getStyler();
        styler.setLegendVisible(false);
        styler.setYAxisTicksVisible(false);
        styler.setPlotGridHorizontalLinesVisible(false);
        double end = Math.max(marked, furthest(bars)) * 1.02;
        // XChart leaves out the label of a tick at the very edge, and the reader should see that bars begin at 0.
        styler.setXAxisMin(-0.01 * end);
        styler.setXAxisMax(end);
        styler.setXAxisDecimalPattern("0.##");
        styler.setYAxisMin(0.0);
        styler.setYAxisMax((double) bars.size());
        Theme.anchor(chart, end, 0);
        chart.addAnnotation(new HorizontalBars(bars, marked));
        return chart;
    }

    /** Where the axis must end for every value text to find room behind its bar. */
    private static double furthest(List<Bar> bars) {
        double plotWidth = Theme.WIDTH - 60.0;
        FontRenderContext context = new FontRenderContext(null, true, true);
        return bars.stream()
                .mapToDouble(bar -> {
                    double text = Theme.font(Font.BOLD, 24)
                                    .getStringBounds(bar.value(), context)
                                    .getWidth()
                            + 24;
                    return bar.reach() * plotWidth / Math.max(plotWidth / 4, plotWidth - text);
                })
                .max()
                .orElseThrow();
    }
}
