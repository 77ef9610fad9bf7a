package org.vivace.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.vivace.measure.Verdict;

/** Sizes and colours that can be read from the last row; the colours stay apart for the colour-blind. */
final class Theme {

    static final int WIDTH = 1280;
    static final int HEIGHT = 720;

    static final Color TEXT = new Color(0x1F2933);
    static final Color MUTED = new Color(0x8A94A0);
    static final Color GRID = new Color(0xE3E7EB);
    static final Color STRONG = new Color(0x0B6E99);
    static final Color WARM = new Color(0xD1601C);

    /** For curves after the baseline's grey, in order. */
    static final List<Color> CURVES =
            List.of(STRONG, WARM, new Color(0x009E73), new Color(0xB5478F), new Color(0xE0A100), new Color(0x56B4E9));

    private Theme() {}

    static Font font(int style, int size) {
        return new Font(Font.SANS_SERIF, style, size);
    }

    static Color of(Verdict verdict) {
        return switch (verdict) {
            case FASTER -> STRONG;
            case SLOWER -> WARM;
            case NOT_DISTINGUISHABLE, NOT_TIMED -> MUTED;
        };
    }

    /** The colour mixed with white; 0 leaves nothing of it, 1 all. */
    static Color pale(Color color, double share) {
        return new Color(mixed(color.getRed(), share), mixed(color.getGreen(), share), mixed(color.getBlue(), share));
    }

    private static int mixed(int channel, double share) {
        return (int) Math.round(255 - share * (255 - channel));
    }

    static XYChart chart(String title, String xTitle, int height) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(height)
                .title(title)
                .xAxisTitle(xTitle)
                .build();
        XYStyler styler = chart.getStyler();
        styler.setLocale(Locale.ROOT);
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setPlotBackgroundColor(Color.WHITE);
        styler.setPlotBorderVisible(false);
        styler.setChartFontColor(TEXT);
        styler.setChartTitleBoxVisible(false);
        styler.setChartTitleFont(fitting(title, Font.BOLD, 30, WIDTH - 60));
        styler.setChartTitlePadding(14);
        styler.setChartPadding(20);
        styler.setPlotContentSize(1);
        styler.setPlotMargin(0);
        styler.setAxisTitleFont(font(Font.PLAIN, 24));
        styler.setAxisTitlePadding(12);
        styler.setAxisTickLabelsFont(font(Font.PLAIN, 22));
        styler.setAxisTickLabelsColor(TEXT);
        styler.setAxisTickPadding(8);
        styler.setXAxisTickMarkSpacingHint(130);
        styler.setYAxisTickMarkSpacingHint(80);
        styler.setPlotGridLinesColor(GRID);
        styler.setPlotGridLinesStroke(new BasicStroke(1.5f));
        styler.setLegendFont(font(Font.PLAIN, 24));
        styler.setLegendBorderColor(Color.WHITE);
        styler.setLegendPosition(LegendPosition.OutsideS);
        styler.setLegendLayout(LegendLayout.Horizontal);
        styler.setLegendSeriesLineLength(48);
        return chart;
    }

    /** Makes the title of the vertical axis small enough for a chart of that height; XChart would cut it off. */
    static void fitAxisTitle(XYChart chart, int height) {
        chart.getStyler().setAxisTitleFont(fitting(chart.getYAxisTitle(), Font.PLAIN, 24, height - 150));
    }

    /** The size given, or the largest below it in which the text takes at most that many pixels. */
    private static Font fitting(String text, int style, int size, int pixels) {
        FontRenderContext context = new FontRenderContext(null, true, true);
        int fitting = size;
        while (fitting > 12
                && font(style, fitting).getStringBounds(text, context).getWidth() > pixels) {
            fitting--;
        }
        return font(style, fitting);
    }

    /**
     * An invisible series from (0, y) to (x, y). XChart draws no axes without a series, and where all values lie evenly
     * it makes those the ticks, however crowded, so these do not.
     */
    static void anchor(XYChart chart, double x, double y) {
        XYSeries series = chart.addSeries("anchor", new double[] {0, 0.3 * x, x}, new double[] {y, y, y});
        series.setMarker(SeriesMarkers.NONE);
        series.setLineStyle(SeriesLines.NONE);
        series.setShowInLegend(false);
    }
}
