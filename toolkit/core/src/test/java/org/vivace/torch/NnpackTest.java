package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "libtorch's functions are not found by name")
class NnpackTest {

    @Test
    void isOffWithinAndAsBeforeAfterwards() {
        assertThat(Nnpack.isOn()).isTrue();
        assertThat(Nnpack.without(Nnpack::isOn)).isFalse();
        assertThat(Nnpack.isOn()).isTrue();
        assertThatThrownBy(() -> Nnpack.without(() -> {
                    throw new IllegalStateException("planted");
                }))
                .hasMessage("planted");
        assertThat(Nnpack.isOn()).isTrue();
    }
}
