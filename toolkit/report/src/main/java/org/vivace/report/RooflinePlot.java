package org.vivace.report;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.vivace.measure.Calibration;
import org.vivace.measure.ConvolutionPeak;
import org.vivace.measure.Figures;
import org.vivace.torch.MemoryFormat;
import org.vivace.torch.Precision;
import org.vivace.trace.OperatorTotal;
import org.vivace.trace.StepPhase;

/**
 * The operators of the passes through a model under the roofs of the machine, both axes logarithmic
 * (<a href="https://doi.org/10.1145/1498765.1498785">Williams, Waterman &amp; Patterson 2009</a>).
 */
final class RooflinePlot {

    private static final Set<StepPhase> PASSES = Set.of(StepPhase.FORWARD, StepPhase.LOSS, StepPhase.BACKWARD);
    private static final int SHOWN = 20;

    private RooflinePlot() {}

    /** A height that no arithmetic was seen to exceed, 10^9 operations a second. */
    record Roof(String name, double gigaflops, Look look) {}

    /** Whether there is an operator whose FLOPs and bytes are known. */
    static boolean hasData(List<OperatorTotal> operators) {
        return !dots(operators).isEmpty();
    }

    static BufferedImage of(String title, List<OperatorTotal> operators, Calibration machine) {
        List<RooflineDots.Dot> dots = dots(operators);
        List<Roof> roofs = roofs(operators, machine);
        List<Legend.Entry> entries = new ArrayList<>();
        roofs.forEach(roof -> entries.add(new Legend.Entry(
                roof.name() + ", " + rate(roof.gigaflops()) + " GFLOP/s" + doubt(machine), roof.look(), true, false)));
        entries.add(new Legend.Entry(
                "memory, " + rate(machine.gigabytesPerSecond()) + " GB/s" + doubt(machine), slope(), true, false));
        dots.stream()
                .map(RooflineDots.Dot::phase)
                .distinct()
                .sorted()
                .forEach(phase -> entries.add(new Legend.Entry(
                        phase.words() + ", larger: more time", Look.solid(StepBar.color(phase.key())), false, true)));
        return Legend.under(entries, height -> chart(title, dots, roofs, machine.gigabytesPerSecond(), height));
    }

    /** A roof that was measured on a busy machine is higher than it looks. */
    private static String doubt(Calibration machine) {
        return machine.doubt().isPresent() ? " or more" : "";
    }

    /** The same operator in one pass is one dot, wherever in the model it is; the longest time first. */
    static List<RooflineDots.Dot> dots(List<OperatorTotal> operators) {
        Map<List<Object>, List<OperatorTotal>> groups = operators.stream()
                .filter(each -> each.phase().filter(PASSES::contains).isPresent())
                .filter(each -> each.unknown() == 0 && each.flops() > 0 && each.bytes() > 0 && each.selfMicros() > 0)
                .collect(Collectors.groupingBy(
                        each -> List.of(each.name(), each.phase().orElseThrow()),
                        LinkedHashMap::new,
                        Collectors.toList()));
        return groups.values().stream()
                .map(RooflinePlot::dot)
                .sorted(Comparator.comparingDouble(RooflineDots.Dot::micros).reversed())
                .limit(SHOWN)
                .toList();
    }

    private static RooflineDots.Dot dot(List<OperatorTotal> group) {
        double flops = group.stream().mapToDouble(OperatorTotal::flops).sum();
        double bytes = group.stream().mapToDouble(OperatorTotal::bytes).sum();
        double micros = group.stream().mapToDouble(OperatorTotal::selfMicros).sum();
        OperatorTotal first = group.get(0);
        return new RooflineDots.Dot(
                OperatorTables.plain(first.name()),
                first.phase().orElseThrow(),
                flops / bytes,
                flops / micros / 1e3,
                micros);
    }

    static List<Roof> roofs(List<OperatorTotal> operators, Calibration machine) {
        List<Roof> roofs = new ArrayList<>();
        roofs.add(new Roof("matrix products, bf16", machine.matmulPeak().bf16(), Look.solid(Theme.TEXT)));
        roofs.add(new Roof("matrix products, fp32", machine.matmulPeak().fp32(), dashed(Theme.TEXT)));
        if (operators.stream().anyMatch(each -> each.name().contains("convolution"))) {
            ConvolutionPeak peak = machine.convolutionPeak();
            Color color = Theme.CURVES.get(3);
            roofs.add(new Roof("convolutions, bf16", best(peak, Precision.BFLOAT16), Look.solid(color)));
            roofs.add(new Roof("convolutions, fp32", best(peak, Precision.FLOAT32), dashed(color)));
        }
        return roofs;
    }

    private static double best(ConvolutionPeak peak, Precision precision) {
        return Arrays.stream(MemoryFormat.values())
                .mapToDouble(layout -> peak.rate(precision, layout))
                .max()
                .orElseThrow();
    }

    private static XYChart chart(
            String title, List<RooflineDots.Dot> dots, List<Roof> roofs, double bandwidth, int height) {
        double highest = roofs.stream().mapToDouble(Roof::gigaflops).max().orElseThrow();
        double top = Math.max(highest, most(dots, true)) * 2;
        double bottom = Math.min(least(dots, true) / 3, top / 1000);
        double right = Math.max(4 * highest / bandwidth, most(dots, false) * 4);
        double left = Math.min(least(dots, false) / 4, right / 1000);
        XYChart chart = Theme.chart(title, "operations for each byte moved, FLOP/byte", height);
        chart.setYAxisTitle("GFLOP/s");
        chart.getStyler().setLegendVisible(false);
        chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true);
        chart.getStyler()
                .setXAxisMin(left)
                .setXAxisMax(right)
                .setYAxisMin(bottom)
                .setYAxisMax(top);
        // The logarithmic axis writes every tick in this form.
        chart.getStyler().setXAxisDecimalPattern("0.####").setYAxisDecimalPattern("0.####");
        for (Roof roof : roofs) {
            line(chart, roof.name(), roof.look(), new double[] {roof.gigaflops() / bandwidth, right}, new double[] {
                roof.gigaflops(), roof.gigaflops()
            });
        }
        double begin = Math.max(left, bottom / bandwidth);
        line(chart, "memory", slope(), new double[] {begin, highest / bandwidth}, new double[] {
            begin * bandwidth, highest
        });
        chart.addAnnotation(new RooflineDots(dots, left, right, bottom, top));
        return chart;
    }

    private static void line(XYChart chart, String name, Look look, double[] x, double[] y) {
        XYSeries series = chart.addSeries(name, x, y);
        series.setMarker(SeriesMarkers.NONE);
        series.setLineColor(look.color());
        series.setLineStyle(look.stroke(4));
    }

    private static double most(List<RooflineDots.Dot> dots, boolean rate) {
        return dots.stream()
                .mapToDouble(rate ? RooflineDots.Dot::gigaflops : RooflineDots.Dot::intensity)
                .max()
                .orElseThrow();
    }

    private static double least(List<RooflineDots.Dot> dots, boolean rate) {
        return dots.stream()
                .mapToDouble(rate ? RooflineDots.Dot::gigaflops : RooflineDots.Dot::intensity)
                .min()
                .orElseThrow();
    }

    private static Look slope() {
        return Look.solid(Theme.MUTED);
    }

    private static Look dashed(Color color) {
        return new Look(color, new float[] {18, 9}, 0);
    }

    private static String rate(double value) {
        return Figures.fixed(value, value < 9.95 ? 1 : 0);
    }
}
