package org.vivace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vivace.methods.FusedSgd;
import org.vivace.methods.ProgressiveResizing;
import org.vivace.workloads.Vision;

class StepTimesTest {

    @Test
    void stepsThatCostAlikeAreTimedAtOnePlace() {
        assertThat(StepTimes.places(List.of(0.0))).containsExactly(0.0);
    }

    @Test
    void oneStretchIsCutIntoFour() {
        assertThat(StepTimes.places(List.of(0.0, 0.5))).containsExactly(0.0, 0.125, 0.25, 0.375, 0.5);
    }

    @Test
    void everyPlaceOfChangeIsOneOfThem() {
        assertThat(StepTimes.places(List.of(0.0, 0.5, 0.75))).containsExactly(0.0, 0.25, 0.5, 0.625, 0.75);
        assertThat(StepTimes.places(List.of(0.0, 0.25, 0.5, 0.75)))
                .containsExactly(0.0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75);
    }

    @Test
    void aRecipeTellsWhereItsStepsBeginToCostOtherwise() {
        Vision vision = new Vision(4, 2, "glyphs", 2);
        try (ArmTrainer resizing = ArmTrainer.withBatches(
                        vision, Device.cpu(), Arm.of(List.of(new ProgressiveResizing(0.5, 0.5, 0.25))));
                ArmTrainer alike = ArmTrainer.withBatches(vision, Device.cpu(), Arm.of(List.of(new FusedSgd())))) {
            assertThat(StepTimes.changes(resizing)).containsExactly(0.0, 0.5, 0.75);
            assertThat(StepTimes.changes(alike)).containsExactly(0.0);
        }
    }
}
