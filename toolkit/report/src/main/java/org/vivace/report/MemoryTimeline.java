package org.vivace.report;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.vivace.profile.MemoryProfile;

/** The memory in use over one step, an area in the colour of each of its phases. */
final class MemoryTimeline {

    private static final double MIB = 1 << 20;

    private MemoryTimeline() {}

    static BufferedImage of(String title, List<MemoryProfile.Moment> timeline) {
        Set<String> phases = new LinkedHashSet<>();
        timeline.forEach(point -> phases.add(point.part()));
        List<Legend.Entry> entries = phases.stream()
                .map(phase ->
                        new Legend.Entry(ProfileTables.words(phase), Look.solid(StepBar.color(phase)), true, false))
                .toList();
        return Legend.under(entries, height -> chart(title, timeline, height));
    }

    private static XYChart chart(String title, List<MemoryProfile.Moment> timeline, int height) {
        XYChart chart = Theme.chart(title, "milliseconds since the step began", height);
        chart.setYAxisTitle("MiB in use");
        chart.getStyler().setLegendVisible(false);
        chart.getStyler().setYAxisMin(0.0);
        chart.getStyler().setPlotContentSize(0.96);
        chart.getStyler().setXAxisDecimalPattern("0.##");
        chart.getStyler().setYAxisDecimalPattern("0.##");
        double end = timeline.get(timeline.size() - 1).millis();
        double most =
                timeline.stream().mapToDouble(MemoryProfile.Moment::bytes).max().orElseThrow() / MIB;
        chart.getStyler().setYAxisMax(most * 1.05);
        Theme.anchor(chart, end, 0);
        int begin = 0;
        for (int i = 1; i <= timeline.size(); i++) {
            if (i == timeline.size()
                    || !timeline.get(i).part().equals(timeline.get(begin).part())) {
                area(chart, timeline.subList(begin, Math.min(i + 1, timeline.size())), begin);
                begin = i;
            }
        }
        return chart;
    }

    private static void area(XYChart chart, List<MemoryProfile.Moment> points, int number) {
        List<Double> millis = new ArrayList<>();
        List<Double> mebibytes = new ArrayList<>();
        for (MemoryProfile.Moment point : points) {
            millis.add(point.millis());
            mebibytes.add(point.bytes() / MIB);
        }
        Color color = StepBar.color(points.get(0).part());
        XYSeries series = chart.addSeries("area " + number, millis, mebibytes);
        series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Area);
        series.setMarker(SeriesMarkers.NONE);
        series.setFillColor(Theme.pale(color, 0.55));
        series.setLineColor(color);
    }
}
