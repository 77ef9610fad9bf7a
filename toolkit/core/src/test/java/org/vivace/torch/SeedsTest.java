package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.norm.Dropout;
import ai.djl.util.RandomUtils;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SeedsTest extends TorchTest {

    @Test
    void equalInputsGiveEqualSeeds() {
        // Fixed, so that a run resumed under a later version goes on with the same streams.
        assertThat(Seeds.derive(0, "", 0)).isEqualTo(-6411193824288604561L);
        assertThat(Seeds.derive(42, "dropout", 7)).isEqualTo(888941249674331700L);
    }

    @Test
    void neighborsDiffer() {
        Set<Long> seen = new HashSet<>();
        Set<Integer> folded = new HashSet<>();
        int made = 0;
        for (long seed = -3; seed < 20; seed++) {
            for (String purpose : new String[] {"step", "data", "init", "Aa", "BB"}) {
                for (long index = 0; index < 100; index++) {
                    long derived = Seeds.derive(seed, purpose, index);
                    seen.add(derived);
                    folded.add((int) (derived ^ derived >>> 32));
                    made++;
                }
            }
        }
        // "Aa" and "BB" have one hash code, so they count once; an int has room for a few chance collisions.
        assertThat(seen).hasSize(made * 4 / 5);
        assertThat(folded).hasSizeGreaterThan(made * 4 / 5 - 5);
    }

    private float[] dropped() {
        return floats(Dropout.dropout(manager.ones(new Shape(200)), 0.5f).singletonOrThrow());
    }

    @Test
    void theSameSeedDropsTheSame() {
        Seeds.set(11);
        float[] first = dropped();
        float[] second = dropped();
        Seeds.set(11);
        assertThat(dropped()).containsExactly(first);
        assertThat(second).isNotEqualTo(first);
        Seeds.set(12);
        assertThat(dropped()).isNotEqualTo(first);
    }

    @Test
    void bothHalvesOfASeedCount() {
        Seeds.set(11);
        float[] first = dropped();
        Seeds.set(11 | 1L << 40);
        assertThat(dropped()).isNotEqualTo(first);
    }

    @Test
    void djlsJavaSideIsSeededToo() {
        Seeds.set(5);
        assertThat(Engine.getEngine("PyTorch").getSeed()).isEqualTo(5);
        int first = RandomUtils.nextInt(1_000_000);
        Seeds.set(5);
        assertThat(RandomUtils.nextInt(1_000_000)).isEqualTo(first);
    }
}
