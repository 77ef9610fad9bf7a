package org.vivace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Dataset;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.bench.LocalMachine;
import org.vivace.measure.Calibration;
import org.vivace.profile.Profile;
import org.vivace.profile.ProfileRecord;
import org.vivace.profile.Profiler;
import org.vivace.report.ProfileReport;
import org.vivace.train.Catalogue;
import org.vivace.train.CatalogueEntry;
import org.vivace.train.EfficiencyMethod;

/** What the README shows of the profiler, on a trainer that somebody else has built. */
@Tag("slow")
class ProfileInCodeTest {

    @TempDir
    private Path folder;

    @Test
    void aTrainerOfOnesOwn() throws Exception {
        Calibration machine =
                Calibration.kept(folder.resolve("calibration.json"), LocalMachine.machine(), Device.cpu());
        List<EfficiencyMethod> methods =
                Catalogue.all().stream().map(CatalogueEntry::byDefault).toList();
        try (Planted planted = Planted.smallBatch()) {
            Trainer trainer = planted.trainer();
            Dataset dataset = planted.data();
            Profile profile =
                    Profiler.of(trainer).steps(20).withVerdict(machine, methods).run(dataset);
            String found = profile.verdict().orElseThrow().sentence();
            ProfileRecord record = ProfileRecord.of("by hand", "my model", machine.machine(), profile);
            ProfileReport.write(record, profile.operators(), folder);
            assertThat(found).startsWith("The step is bound by ");
            assertThat(folder.resolve("trace.json")).isNotEmptyFile();
            assertThat(ProfileRecord.read(folder.resolve("record.json"))).isEqualTo(record);
        }
    }
}
