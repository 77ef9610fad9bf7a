package org.vivace.jupyter;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.vivace.bench.Prediction;
import org.vivace.estimate.Estimate;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.TuningRecord;
import org.vivace.profile.Profile;
import org.vivace.profile.ProfileRecord;
import org.vivace.profile.StepVerdict;
import org.vivace.report.Fragment;
import org.vivace.report.ProfileReport;
import org.vivace.report.TextTable;
import org.vivace.train.TrainingRecord;
import tech.tablesaw.api.Table;

/** How a notebook shows the value of a cell, one line per type; other types are shown by {@code toString()}. */
final class Renderings {

    private record Rendering<T>(Class<T> type, Function<T, Rendered> rendered) {

        Rendered of(Object value) {
            return rendered.apply(type.cast(value));
        }
    }

    private static final List<Rendering<?>> ALL = List.of(
            new Rendering<>(BufferedImage.class, Rendered::of),
            new Rendering<>(Chart.class, each -> Rendered.of(BitmapEncoder.getBufferedImage(each))),
            text(Table.class, Fragment::text, Fragment::of),
            text(BenchRecord.class, TextTable::of, Fragment::of),
            text(ProfileRecord.class, ProfileReport::text, Fragment::of),
            text(Profile.class, Profile::toString, Fragment::of),
            text(StepVerdict.class, StepVerdict::sentence, Fragment::of),
            text(
                    TuningRecord.class,
                    each -> Fragment.text(Fragment.table(each)),
                    each -> Fragment.of(Fragment.table(each))),
            text(TrainingRecord.class, TrainingRecord::toString, Fragment::of),
            text(Estimate.class, each -> Fragment.text(Fragment.table(each)), Fragment::of),
            text(
                    Prediction.class,
                    each -> each + "\n\n" + Fragment.text(Fragment.table(each)),
                    each -> Fragment.of(each.toString(), Fragment.table(each))),
            text(
                    Shown.class,
                    each -> each + "\n\n" + Fragment.text(each.table()),
                    each -> Fragment.of(each.toString(), each.table())));

    private Renderings() {}

    /** The types with a rendering, which also applies to their subtypes. */
    public static List<Class<?>> types() {
        return ALL.stream().<Class<?>>map(Rendering::type).toList();
    }

    /** Empty if the value's type has no rendering. */
    public static Optional<Rendered> of(Object value) {
        return ALL.stream()
                .filter(each -> each.type().isInstance(value))
                .findFirst()
                .map(each -> each.of(value));
    }

    private static <T> Rendering<T> text(Class<T> type, Function<T, String> text, Function<T, String> html) {
        return new Rendering<>(type, value -> Rendered.of(text.apply(value), html.apply(value)));
    }
}
