package org.vivace.report;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.XYStyler;
import org.vivace.measure.Quality;

/** How good each arm's models are against how long they took to train: a point an arm, and the Pareto front. */
final class QualityChart {

    private QualityChart() {}

    static BufferedImage of(String title, Quality quality) {
        List<ArmPoint> points = ArmPoint.of(quality);
        List<Integer> front = ArmPoint.front(points, quality.measure());
        Goal target = Goal.of(quality);
        List<Legend.Entry> entries = new ArrayList<>();
        IntStream.range(0, points.size())
                .forEach(i -> entries.add(new Legend.Entry(points.get(i).name(), Look.at(i), false, true)));
        entries.add(new Legend.Entry("Pareto front", ArmPoints.FRONT, true, false));
        entries.add(new Legend.Entry(target.name(), Look.target(), true, false));
        return Legend.under(entries, height -> {
            XYChart chart = Theme.chart(title, "seconds of training", height);
            chart.setYAxisTitle(quality.measure().name()
                    + (quality.measure().higherIsBetter() ? " (higher is better)" : " (lower is better)"));
            frame(chart, points, target.value());
            chart.addAnnotation(new ArmPoints(points, front, target.value()));
            return chart;
        });
    }

    private static void frame(XYChart chart, List<ArmPoint> points, double target) {
        double end = points.stream()
                .flatMapToDouble(point -> DoubleStream.of(point.seconds()))
                .max()
                .orElseThrow();
        DoubleStream.Builder all = DoubleStream.builder().add(target);
        points.forEach(point -> DoubleStream.of(point.quality()).forEach(all));
        double[] values = all.build().sorted().toArray();
        double low = values[0];
        double high = values[values.length - 1];
        double room = high > low ? 0.12 * (high - low) : Math.max(0.01, 0.1 * Math.abs(high));
        XYStyler styler = chart.getStyler();
        styler.setLegendVisible(false);
        // XChart leaves out the label of a tick at the very edge.
        styler.setXAxisMin(-0.01 * end);
        styler.setXAxisMax(1.06 * end);
        styler.setYAxisMin(low - room);
        styler.setYAxisMax(high + room);
        Theme.anchor(chart, end, target);
    }
}
