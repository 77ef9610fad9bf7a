package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class CollectingTest {

    private static GradientCollector djls() {
        return Engine.getEngine("PyTorch").newGradientCollector();
    }

    @AfterEach
    void free() {
        Collecting.makeFree();
    }

    @Test
    void isDjlsOwn() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDArray x = manager.create(new float[] {3});
            x.setRequiresGradient(true);
            try (GradientCollector collector = Collecting.open()) {
                assertThatIllegalStateException()
                        .isThrownBy(CollectingTest::djls)
                        .withMessageContaining("already collecting");
                collector.backward(x.mul(x));
                assertThat(x.getGradient().getFloat()).isEqualTo(6f);
            }
        }
        djls().close();
    }

    @Test
    void oneThatFailedCodeLeftOpenIsClosed() {
        djls();
        Collecting.open().close();
        djls().close();
    }

    @Test
    void oneOfOursThatFailedCodeLeftOpenIsClosedToo() {
        Collecting.open();
        Collecting.open().close();
        djls().close();
    }

    @Test
    void whatIsDoneAfterOneThatWasLeftOpenIsNotRecorded() {
        djls();
        Collecting.makeFree();
        assertThat(Autograd.recording()).isFalse();
    }

    @Test
    void oneOfAThreadThatHasGoneOnToSomethingElseIsClosed() throws Exception {
        Thread cell = new Thread(Collecting::open);
        cell.start();
        cell.join();
        Collecting.open().close();
    }

    @Test
    void makesRoomForCodeThatOpensItsOwn() {
        djls();
        Collecting.makeFree();
        djls().close();
        Collecting.makeFree();
        djls().close();
    }

    @Tag("clock")
    @Test
    void aStepInAnotherThreadIsWaitedFor() throws Exception {
        CountDownLatch closing = new CountDownLatch(1);
        Thread other = stepping(closing);
        new Thread(() -> {
                    sleep(200);
                    closing.countDown();
                })
                .start();
        long begin = System.nanoTime();
        Collecting.open().close();
        assertThat(System.nanoTime() - begin).isGreaterThan(100_000_000L);
        assertThat(closing.getCount()).as("nobody took it from the other").isZero();
        other.join();
    }

    @Test
    void aTrainingInAnotherThreadThatGoesOnIsAnError() throws Exception {
        CountDownLatch closing = new CountDownLatch(1);
        Thread other = stepping(closing);
        try {
            assertThatIllegalStateException()
                    .isThrownBy(() -> Collecting.open(CollectingTest::djls, 50_000_000L))
                    .withMessage(
                            "expected no other training in this process, found one in another thread: wait until it has"
                                    + " ended, or interrupt it");
            Thread.currentThread().interrupt();
            assertThatIllegalStateException()
                    .isThrownBy(() -> Collecting.open(CollectingTest::djls, 5_000_000_000L))
                    .withMessage("expected to wait for another training's step, was interrupted: start again");
            assertThat(Thread.interrupted()).isTrue();
        } finally {
            closing.countDown();
            other.join();
        }
    }

    /** A thread in the middle of a step, which it ends with {@code closing}. */
    private static Thread stepping(CountDownLatch closing) throws InterruptedException {
        CountDownLatch opened = new CountDownLatch(1);
        Thread thread = new Thread(() -> step(opened, closing));
        thread.start();
        opened.await();
        return thread;
    }

    private static void step(CountDownLatch opened, CountDownLatch closing) {
        try (GradientCollector collector = Collecting.open()) {
            assertThat(collector).isNotNull();
            opened.countDown();
            assertThat(closing.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
