package org.vivace.methods;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.vivace.contract.MethodContract;
import org.vivace.contract.MethodRow;
import org.vivace.contract.SmallModel;

/** A method of somebody else's, the one in CONTRIBUTING.md, as a row of the contract. */
@Tag("slow")
class GradientCentralizationContractTest implements MethodContract {

    @Override
    public List<MethodRow> rows() {
        return List.of(MethodRow.of(new GradientCentralization(), SmallModel.DENSE, SmallModel.CONVOLUTIONAL));
    }
}
