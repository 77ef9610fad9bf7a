package org.vivace.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.vivace.measure.Curve;

/**
 * Loss against wall-clock seconds. Curves of many points are drawn twice: pale as measured, and strong as a moving
 * average over a fortieth of the points.
 */
final class LossChart {

    private static final int WINDOWS = 40;

    private LossChart() {}

    static XYChart of(String title, List<Curve> curves) {
        XYChart chart = Theme.chart(title, "seconds of training", Theme.HEIGHT);
        chart.setYAxisTitle("loss");
        chart.getStyler().setPlotContentSize(0.96);
        chart.getStyler().setLegendPadding(24);
        double end = curves.stream()
                .flatMap(curve -> curve.seconds().stream())
                .mapToDouble(Double::doubleValue)
                .max()
                .orElseThrow();
        double somewhere = curves.get(0).loss().stream()
                .filter(Double::isFinite)
                .findFirst()
                .orElseThrow();
        Theme.anchor(chart, end, somewhere);
        for (Curve curve : curves) {
            if (curve.hasBand()) {
                band(chart, curve, Theme.pale(color(curves, curve), 0.2));
            }
        }
        for (Curve curve : curves) {
            if (window(curve) > 1 && !curve.hasBand()) {
                line(chart, curve.name() + " as measured", curve, 1, Theme.pale(color(curves, curve), 0.35), 1.5f)
                        .setShowInLegend(false);
            }
        }
        for (Curve curve : curves) {
            line(chart, curve.name(), curve, window(curve), color(curves, curve), 5);
        }
        return chart;
    }

    /** The curve's loss at one of its points as the strong line shows it. */
    static double smoothed(Curve curve, int place) {
        return mean(curve.loss(), place, window(curve));
    }

    private static int window(Curve curve) {
        return Math.max(1, curve.loss().size() / WINDOWS);
    }

    private static Color color(List<Curve> curves, Curve curve) {
        int place = curves.indexOf(curve);
        return place == 0 ? Theme.MUTED : Theme.CURVES.get((place - 1) % Theme.CURVES.size());
    }

    private static XYSeries line(XYChart chart, String name, Curve curve, int window, Color color, float width) {
        List<Double> seconds = new ArrayList<>();
        List<Double> loss = new ArrayList<>();
        for (int i = 0; i < curve.loss().size(); i++) {
            double mean = mean(curve.loss(), i, window);
            if (Double.isFinite(mean)) {
                seconds.add(curve.seconds().get(i));
                loss.add(mean);
            }
        }
        XYSeries series = chart.addSeries(name, seconds, loss);
        series.setMarker(SeriesMarkers.NONE);
        series.setLineColor(color);
        series.setLineStyle(new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        return series;
    }

    /** The mean of the points around one, as many on either side; at the ends the window narrows evenly. */
    private static double mean(List<Double> values, int place, int window) {
        int reach = Math.min(window / 2, Math.min(place, values.size() - 1 - place));
        return values.subList(place - reach, place + reach + 1).stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElseThrow();
    }

    private static void band(XYChart chart, Curve curve, Color color) {
        List<Double> seconds = new ArrayList<>(curve.seconds());
        List<Double> edge = new ArrayList<>(curve.low());
        for (int i = curve.seconds().size() - 1; i >= 0; i--) {
            seconds.add(curve.seconds().get(i));
            edge.add(curve.high().get(i));
        }
        XYSeries series = chart.addSeries(curve.name() + " band", seconds, edge);
        series.setXYSeriesRenderStyle(XYSeriesRenderStyle.PolygonArea);
        series.setMarker(SeriesMarkers.NONE);
        series.setFillColor(color);
        series.setLineColor(color);
        series.setShowInLegend(false);
    }
}
