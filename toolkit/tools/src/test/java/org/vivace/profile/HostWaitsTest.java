package org.vivace.profile;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vivace.torch.HostTransfer;
import org.vivace.torch.HostTransfer.Kind;

class HostWaitsTest {

    private static HostTransfer at(String frame) {
        return new HostTransfer(Kind.TO_HOST, "torchGet", List.of(frame, "org.acme.Main.main(Main.java:1)"));
    }

    @Test
    void thePlaceWithTheMostIsNamed() {
        HostTransfer loss = at("org.acme.MyLoss.evaluate(MyLoss.java:30)");
        HostTransfer block = at("org.acme.MyBlock.forward(MyBlock.java:12)");
        assertThat(HostWaits.sentence(List.of(loss, block, block)))
                .contains("a step makes the host wait for the GPU 3 times, 2 of them in"
                        + " org.acme.MyBlock.forward(MyBlock.java:12); meanwhile it queues no work");
        assertThat(HostWaits.sentence(List.of(loss)))
                .contains("a step makes the host wait for the GPU once, in org.acme.MyLoss.evaluate(MyLoss.java:30);"
                        + " meanwhile it queues no work");
        assertThat(HostWaits.sentence(List.of())).isEmpty();
    }

    @Test
    void onACpuNothingWaits() throws Exception {
        assertThat(HostWaits.in(Device.cpu(), () -> {
                    throw new AssertionError("no step is made");
                }))
                .isEmpty();
    }
}
