package org.vivace.report;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.AnnotationText;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.vivace.profile.InferenceProfile.Load;

/** Latency against throughput: a line for each number of threads, a point for each batch size. */
final class ThroughputChart {

    private ThroughputChart() {}

    static BufferedImage of(String title, List<Load> loads) {
        List<Integer> threads = loads.stream().map(Load::threads).distinct().toList();
        List<Legend.Entry> entries = new ArrayList<>();
        for (int i = 0; i < threads.size(); i++) {
            String name = threads.get(i) + (threads.get(i) == 1 ? " thread" : " threads");
            entries.add(new Legend.Entry(name, Look.at(i + 1), true, true));
        }
        return Legend.under(entries, height -> chart(title, loads, threads, height));
    }

    private static XYChart chart(String title, List<Load> loads, List<Integer> threads, int height) {
        XYChart chart = Theme.chart(title, "inputs a second", height);
        chart.setYAxisTitle("median milliseconds of a call");
        chart.getStyler().setLegendVisible(false);
        chart.getStyler().setPlotContentSize(0.9);
        chart.getStyler().setYAxisMin(0.0);
        chart.getStyler().setXAxisMin(0.0);
        chart.getStyler().setYAxisDecimalPattern("0.###");
        chart.getStyler().setXAxisDecimalPattern("0.###");
        double most = loads.stream().mapToDouble(Load::perSecond).max().orElseThrow();
        double slowest =
                loads.stream().mapToDouble(load -> load.latency().p50()).max().orElseThrow();
        chart.getStyler().setXAxisMax(most * 1.12);
        chart.getStyler().setYAxisMax(slowest * 1.12);
        Theme.anchor(chart, most, 0);
        chart.getStyler().setMarkerSize(14);
        chart.getStyler().setAnnotationTextFont(Theme.font(java.awt.Font.PLAIN, 20));
        chart.getStyler().setAnnotationTextFontColor(Theme.TEXT);
        for (int i = 0; i < threads.size(); i++) {
            int count = threads.get(i);
            List<Load> own =
                    loads.stream().filter(load -> load.threads() == count).toList();
            XYSeries series = chart.addSeries(
                    count + " threads",
                    own.stream().map(Load::perSecond).toList(),
                    own.stream().map(load -> load.latency().p50()).toList());
            series.setMarker(Look.at(i + 1).marker());
            series.setMarkerColor(Look.at(i + 1).color());
            series.setLineColor(Look.at(i + 1).color());
            series.setLineStyle(Look.at(i + 1).stroke(4));
            for (Load load : own) {
                double above = load.latency().p50() + slowest * 0.055;
                chart.addAnnotation(new AnnotationText("batch " + load.batch(), load.perSecond(), above, false));
            }
        }
        return chart;
    }
}
