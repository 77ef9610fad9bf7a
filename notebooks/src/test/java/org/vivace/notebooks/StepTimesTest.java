package org.vivace.notebooks;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vivace.datasets.Glyphs;
import org.vivace.datasets.Images;
import org.vivace.methods.FusedSgd;
import org.vivace.methods.ProgressiveResizing;
import org.vivace.models.ResNet9;

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
        Images images = Glyphs.of(20, 1).rgb();
        Vision vision = new Vision(new ResNet9.Settings(4, 10, 3), 2, images, images, "glyphs");
        try (Arm resizing = Arm.with(vision, Device.cpu(), List.of(new ProgressiveResizing(0.5, 0.5, 0.25)));
                Arm alike = Arm.with(vision, Device.cpu(), List.of(new FusedSgd()))) {
            assertThat(StepTimes.changes(resizing)).containsExactly(0.0, 0.5, 0.75);
            assertThat(StepTimes.changes(alike)).containsExactly(0.0);
        }
    }
}
