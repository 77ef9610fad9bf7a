package org.vivace.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackwardOrderTest {

    @Test
    void everyNodeFindsItsOperator() {
        assertThat(match("SMT", "SMT")).containsExactly(0, 1, 2);
    }

    @Test
    void operatorsWithoutANodeAreSteppedOver() {
        assertThat(match("SMMT", "SxMxxMT")).containsExactly(0, 2, 5, 6);
    }

    @Test
    void nodesWithoutAnOperatorStayAlone() {
        assertThat(match("aSbM", "SM")).containsExactly(-1, 0, -1, 1);
    }

    @Test
    void ofEqualOperatorsTheLastOneIsTaken() {
        assertThat(match("M", "MMM")).containsExactly(0);
    }

    @Test
    void nothingMatchesNothing() {
        assertThat(match("", "")).isEmpty();
        assertThat(match("ab", "")).containsExactly(-1, -1);
        assertThat(match("", "ab")).isEmpty();
    }

    @Test
    void noOtherPairingHasMorePairs() {
        Random random = new Random(7);
        for (int trial = 0; trial < 300; trial++) {
            String nodes = word(random);
            String operators = word(random);
            int[] partners = match(nodes, operators);
            int last = -1;
            int pairs = 0;
            for (int i = 0; i < partners.length; i++) {
                if (partners[i] >= 0) {
                    assertThat(operators.charAt(partners[i])).isEqualTo(nodes.charAt(i));
                    assertThat(partners[i]).isGreaterThan(last);
                    last = partners[i];
                    pairs++;
                }
            }
            assertThat(pairs).as(nodes + " " + operators).isEqualTo(longest(nodes, operators));
        }
    }

    @Test
    void pairsNeedNotBeAboutEquality() {
        // 0 fits 0 and 1; 1 fits 0 only: one of the two.
        int[] partners = BackwardOrder.match(2, 2, (node, operator) -> node == 0 || operator == 0);
        assertThat(Arrays.stream(partners).filter(each -> each >= 0).count()).isEqualTo(1);
    }

    private static int[] match(String nodes, String operators) {
        return BackwardOrder.match(
                nodes.length(),
                operators.length(),
                (node, operator) -> nodes.charAt(node) == operators.charAt(operator));
    }

    private static String word(Random random) {
        StringBuilder word = new StringBuilder();
        int length = random.nextInt(30);
        for (int i = 0; i < length; i++) {
            word.append((char) ('a' + random.nextInt(4)));
        }
        return word.toString();
    }

    private static int longest(String a, String b) {
        int[][] best = new int[a.length() + 1][b.length() + 1];
        for (int i = a.length() - 1; i >= 0; i--) {
            for (int j = b.length() - 1; j >= 0; j--) {
                best[i][j] =
                        a.charAt(i) == b.charAt(j) ? 1 + best[i + 1][j + 1] : Math.max(best[i + 1][j], best[i][j + 1]);
            }
        }
        return best[0][0];
    }
}
