package org.vivace.report;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A chart of numbers of one's own, in the look of the other plots; each call returns a new one.
 *
 * <pre>{@code
 * Sketch.of("Memory by batch", "batch", "MiB").line("plain", batches, plain).level("what is there", 2048).image()
 * }</pre>
 *
 * The horizontal axis begins at 0, and the first series is grey.
 */
public final class Sketch {

    private enum Style {
        LINE,
        POINTS,
        LEVEL
    }

    private record Series(String name, List<Double> x, List<Double> y, Style style) {}

    private final String title;
    private final String x;
    private final String y;
    private final List<Series> series;

    private Sketch(String title, String x, String y, List<Series> series) {
        this.title = title;
        this.x = x;
        this.y = y;
        this.series = List.copyOf(series);
    }

    /**
     * @param x what the horizontal axis shows, with its unit
     * @param y what the vertical axis shows, with its unit
     */
    public static Sketch of(String title, String x, String y) {
        return new Sketch(title, x, y, List.of());
    }

    /** Adds a line through points, in their order. */
    public Sketch line(String name, List<? extends Number> xs, List<? extends Number> ys) {
        return and(name, xs, ys, Style.LINE);
    }

    /** Adds points. */
    public Sketch points(String name, List<? extends Number> xs, List<? extends Number> ys) {
        return and(name, xs, ys, Style.POINTS);
    }

    /** Adds a dashed line at a height, from one side to the other. */
    public Sketch level(String name, double height) {
        return and(name, List.of(0), List.of(height), Style.LEVEL);
    }

    private Sketch and(String name, List<? extends Number> xs, List<? extends Number> ys, Style style) {
        List<Double> ownX = doubles(name, xs);
        List<Double> ownY = doubles(name, ys);
        if (ownX.isEmpty() || ownX.size() != ownY.size()) {
            throw new IllegalArgumentException(
                    name + " must have at least one point and as many heights as places, got " + ownX.size()
                            + " places and " + ownY.size() + " heights: give one height a place");
        }
        if (series.stream().anyMatch(each -> each.name().equals(name))) {
            throw new IllegalArgumentException(
                    "every series must have its own name, got " + name + " twice: rename one");
        }
        List<Series> more = new ArrayList<>(series);
        more.add(new Series(name, ownX, ownY, style));
        return new Sketch(title, x, y, more);
    }

    private static List<Double> doubles(String name, List<? extends Number> values) {
        List<Double> doubles = new ArrayList<>();
        for (Number value : values) {
            if (!Double.isFinite(value.doubleValue())) {
                throw new IllegalArgumentException(
                        String.format(Locale.ROOT, "%s must be finite, got %s: leave that point out", name, value));
            }
            doubles.add(value.doubleValue());
        }
        return doubles;
    }

    /** Draws it, 1280 pixels wide and 720 high. */
    public BufferedImage image() {
        if (series.isEmpty()) {
            throw new IllegalArgumentException("a sketch must have a series, got none: add a line or points");
        }
        List<Legend.Entry> entries = new ArrayList<>();
        for (Series each : series) {
            entries.add(new Legend.Entry(
                    each.name(), look(each), each.style() != Style.POINTS, each.style() == Style.POINTS));
        }
        return Legend.under(entries, this::chart);
    }

    private Look look(Series one) {
        return one.style() == Style.LEVEL ? Look.target() : Look.at(series.indexOf(one));
    }

    private XYChart chart(int height) {
        XYChart chart = Theme.chart(title, x, height);
        chart.setYAxisTitle(y);
        Theme.fitAxisTitle(chart, height);
        chart.getStyler().setPlotContentSize(0.94);
        chart.getStyler().setLegendVisible(false);
        chart.getStyler().setMarkerSize(11);
        double end = series.stream()
                .flatMap(each -> each.x().stream())
                .mapToDouble(Double::doubleValue)
                .max()
                .orElseThrow();
        double right = end > 0 ? end : 1;
        Theme.anchor(chart, right, series.get(0).y().get(0));
        series.forEach(each -> draw(chart, each, right));
        return chart;
    }

    private void draw(XYChart chart, Series one, double right) {
        Look look = look(one);
        boolean level = one.style() == Style.LEVEL;
        List<Double> xs = level ? List.of(0.0, right) : one.x();
        List<Double> ys = level ? List.of(one.y().get(0), one.y().get(0)) : one.y();
        XYSeries drawn = chart.addSeries(one.name(), xs, ys);
        drawn.setXYSeriesRenderStyle(XYSeriesRenderStyle.Line);
        drawn.setMarker(one.style() == Style.POINTS ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
        drawn.setMarkerColor(look.color());
        drawn.setLineColor(look.color());
        drawn.setLineStyle(one.style() == Style.POINTS ? SeriesLines.NONE : look.stroke(level ? 3 : 5));
    }
}
