package org.vivace.contract;

import ai.djl.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.vivace.torch.Finite;
import org.vivace.torch.HostTraffic;
import org.vivace.torch.HostTransfer;
import org.vivace.train.EfficiencyMethod;

/**
 * What the last steps of a training copy from the host and read from the device, or would if it were a GPU. The first
 * ones rehearse phases, compile scripts, make an optimizer's arrays and check that there are gradients.
 */
final class StepTraffic {

    /** The number of steps that are counted. */
    static final int STEPS = 5;

    private final List<List<HostTransfer>> steps = new ArrayList<>();

    private StepTraffic() {}

    static List<HostTransfer> of(Faces face, SmallModel small, MethodRow row, EfficiencyMethod... recipe)
            throws Exception {
        StepTraffic found = new StepTraffic();
        try (HostTraffic traffic = HostTraffic.on(Device.cpu())) {
            face.train(
                    small,
                    row,
                    () -> {
                        found.steps.add(traffic.transfers());
                        traffic.restart();
                    },
                    recipe);
        }
        int all = found.steps.size();
        return found.steps.subList(all - STEPS, all).stream()
                .flatMap(List::stream)
                .toList();
    }

    /** The same without what DJL's own code, the small models and the run itself cause. */
    static List<HostTransfer> ofMethods(Faces face, SmallModel small, MethodRow row, EfficiencyMethod... recipe)
            throws Exception {
        return of(face, small, row, recipe).stream()
                .filter(each -> !each.ofDjl() && !isTheModels(each) && !isTheRuns(each))
                .toList();
    }

    /** What a small model does in its forward pass, or while its data are made. */
    static boolean isTheModels(HostTransfer each) {
        return Stream.of(SmallModel.class, LateHead.class)
                .anyMatch(type -> each.actor().startsWith(type.getName() + "."));
    }

    /** The one read of a step before its update. */
    static boolean isTheRuns(HostTransfer each) {
        return each.actor().startsWith(Finite.class.getName() + ".readWithGradients(");
    }
}
