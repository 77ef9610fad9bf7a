package org.vivace.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.internal.chartpart.Annotation;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.vivace.measure.Curve;

/**
 * The loss, or a quality, against wall-clock seconds. Curves of many points are drawn twice: pale as measured, and strong
 * as a moving average over a fortieth of the points.
 */
final class CurveChart {

    private static final int WINDOWS = 40;

    private CurveChart() {}

    /**
     * @param axis what the curves' values are
     * @param target where on the axis a dashed line lies, and what it is
     * @param over what is painted over the curves
     */
    static BufferedImage of(
            String title, String axis, List<Curve> curves, Optional<Goal> target, Optional<Annotation> over) {
        List<Legend.Entry> entries = new ArrayList<>();
        for (Curve curve : curves) {
            entries.add(new Legend.Entry(curve.name(), look(curves, curve), true, false));
        }
        target.ifPresent(goal -> entries.add(new Legend.Entry(goal.name(), Look.target(), true, false)));
        return Legend.under(entries, height -> {
            XYChart chart = chart(title, curves, target, height);
            chart.setYAxisTitle(axis);
            Theme.fitAxisTitle(chart, height);
            over.ifPresent(chart::addAnnotation);
            return chart;
        });
    }

    private static XYChart chart(String title, List<Curve> curves, Optional<Goal> target, int height) {
        XYChart chart = Theme.chart(title, "seconds of training", height);
        chart.getStyler().setPlotContentSize(0.96);
        chart.getStyler().setLegendVisible(false);
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
                band(chart, curve, Theme.pale(look(curves, curve).color(), 0.2));
            }
        }
        for (Curve curve : curves) {
            if (window(curve) > 1) {
                Color pale = Theme.pale(look(curves, curve).color(), 0.35);
                line(chart, curve.name() + " as measured", curve, 1, pale, new BasicStroke(1.5f));
            }
        }
        for (Curve curve : curves) {
            Look look = look(curves, curve);
            line(chart, curve.name(), curve, window(curve), look.color(), look.stroke(5));
        }
        target.ifPresent(goal -> {
            double[] values = {goal.value(), goal.value()};
            XYSeries series = chart.addSeries("target", new double[] {0, end}, values);
            series.setMarker(SeriesMarkers.NONE);
            series.setLineColor(Look.target().color());
            series.setLineStyle(Look.target().stroke(3));
        });
        return chart;
    }

    /** The curve's loss at one of its points as the strong line shows it. */
    static double smoothed(Curve curve, int place) {
        return mean(curve.loss(), place, window(curve));
    }

    /** A curve with a band is a mean already. */
    private static int window(Curve curve) {
        return curve.hasBand() ? 1 : Math.max(1, curve.loss().size() / WINDOWS);
    }

    private static Look look(List<Curve> curves, Curve curve) {
        return Look.at(curves.indexOf(curve));
    }

    private static void line(XYChart chart, String name, Curve curve, int window, Color color, BasicStroke stroke) {
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
        series.setLineStyle(stroke);
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
        List<Double> seconds = new ArrayList<>();
        List<Double> edge = new ArrayList<>();
        int points = curve.seconds().size();
        for (int i = 0; i < 2 * points; i++) {
            int place = i < points ? i : 2 * points - 1 - i;
            double value = i < points ? curve.low().get(place) : curve.high().get(place);
            if (Double.isFinite(value)) {
                seconds.add(curve.seconds().get(place));
                edge.add(value);
            }
        }
        if (seconds.isEmpty()) {
            return;
        }
        XYSeries series = chart.addSeries(curve.name() + " band", seconds, edge);
        series.setXYSeriesRenderStyle(XYSeriesRenderStyle.PolygonArea);
        series.setMarker(SeriesMarkers.NONE);
        series.setFillColor(color);
        series.setLineColor(color);
    }
}
