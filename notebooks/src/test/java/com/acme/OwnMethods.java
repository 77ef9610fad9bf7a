package com.acme;

import java.util.List;
import org.vivace.train.CatalogueEntry;
import org.vivace.train.MethodProvider;

/** Brings the method to whoever names it. */
public final class OwnMethods implements MethodProvider {

    @Override
    public List<CatalogueEntry> methods() {
        return List.of(new CatalogueEntry(
                "HalvedGradients", "", "gradients of half their size", written -> new HalvedGradients()));
    }
}
