package org.vivace.report;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.XYStyler;
import org.vivace.measure.Quality;

/** How good each arm's models are against how long they took to train: a point an arm, and the Pareto front. */
final class QualityChart {

    private QualityChart() {}

    static BufferedImage of(String title, Quality quality) {
        List<ArmPoint> points = ArmPoint.of(quality);
        List<Integer> front = ArmPoint.front(points, quality.measure());
        Optional<Goal> target = Goal.of(quality);
        List<Legend.Entry> entries = new ArrayList<>();
        points.forEach(point -> entries.add(new Legend.Entry(point.name(), Look.at(point.place()), false, true)));
        entries.add(new Legend.Entry("Pareto front", ArmPoints.FRONT, true, false));
        target.ifPresent(goal -> entries.add(new Legend.Entry(goal.name(), Look.target(), true, false)));
        return Legend.under(entries, height -> {
            XYChart chart = Theme.chart(title, "seconds of training", height);
            chart.setYAxisTitle(QualityWords.axis(quality));
            Theme.fitAxisTitle(chart, height);
            frame(chart, points, target);
            chart.addAnnotation(new ArmPoints(points, front, target));
            return chart;
        });
    }

    private static void frame(XYChart chart, List<ArmPoint> points, Optional<Goal> target) {
        double end = points.stream()
                .flatMapToDouble(point -> DoubleStream.of(point.seconds()))
                .max()
                .orElseThrow();
        DoubleStream.Builder all = DoubleStream.builder();
        target.ifPresent(goal -> all.add(goal.value()));
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
        Theme.anchor(chart, end, low);
    }
}
