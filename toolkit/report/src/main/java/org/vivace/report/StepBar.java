package org.vivace.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.vivace.measure.Figures;
import org.vivace.profile.StepPhaseTime;
import org.vivace.trace.StepPhase;

/** A step as one bar of its phases, from left to right as they follow each other, and what each phase takes below. */
final class StepBar {

    private static final int MARGIN = 50;
    private static final int BAR_TOP = 150;
    private static final int BAR_HEIGHT = 170;
    private static final int LIST_TOP = 400;
    private static final int ROW = 54;

    private StepBar() {}

    /** A phase of the bar. */
    private record Piece(String name, double millis, double share, Color color) {}

    static BufferedImage of(String title, Map<String, StepPhaseTime> split) {
        List<Piece> pieces = new ArrayList<>();
        split.forEach((phase, time) -> {
            if (time.millis() > 0) {
                pieces.add(new Piece(ProfileTables.words(phase), time.millis(), time.share(), color(phase)));
            }
        });
        BufferedImage image = new BufferedImage(Theme.WIDTH, Theme.HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, Theme.WIDTH, Theme.HEIGHT);
        title(graphics, title);
        bar(graphics, pieces);
        list(graphics, pieces);
        graphics.dispose();
        return image;
    }

    /** The same in every plot. */
    static Color color(String phase) {
        if (phase.equals(StepPhase.REST.key())) {
            return Theme.MUTED;
        }
        if (phase.equals(StepPhase.RELEASE.key())) {
            return Theme.pale(Theme.TEXT, 0.75);
        }
        if (phase.equals(StepPhase.LISTENERS.key())) {
            return Theme.pale(Theme.CURVES.get(3), 0.5);
        }
        List<String> order = List.of(
                StepPhase.FORWARD.key(),
                StepPhase.BACKWARD.key(),
                StepPhase.OPTIMIZER.key(),
                StepPhase.EVALUATION.key(),
                StepPhase.DATA.key(),
                StepPhase.HOST_TO_DEVICE.key());
        int place = order.indexOf(phase);
        return place >= 0 ? Theme.CURVES.get(place) : Theme.pale(Theme.STRONG, 0.45);
    }

    private static void title(Graphics2D graphics, String title) {
        graphics.setColor(Theme.TEXT);
        graphics.setFont(Theme.font(Font.BOLD, 30));
        int width = graphics.getFontMetrics().stringWidth(title);
        graphics.drawString(title, (Theme.WIDTH - width) / 2, 74);
    }

    private static void bar(Graphics2D graphics, List<Piece> pieces) {
        double length = Theme.WIDTH - 2.0 * MARGIN;
        double left = MARGIN;
        for (Piece piece : pieces) {
            double width = piece.share() * length;
            graphics.setColor(piece.color());
            graphics.fill(new Rectangle2D.Double(left, BAR_TOP, width, BAR_HEIGHT));
            graphics.setFont(Theme.font(Font.BOLD, 24));
            FontMetrics metrics = graphics.getFontMetrics();
            String share = Math.round(100 * piece.share()) + " %";
            int widest = Math.max(metrics.stringWidth(piece.name()), metrics.stringWidth(share));
            if (widest + 16 < width) {
                graphics.setColor(Color.WHITE);
                double middle = left + width / 2;
                draw(graphics, piece.name(), middle - metrics.stringWidth(piece.name()) / 2.0, BAR_TOP + 76);
                draw(graphics, share, middle - metrics.stringWidth(share) / 2.0, BAR_TOP + 112);
            }
            left += width;
        }
    }

    private static void list(Graphics2D graphics, List<Piece> pieces) {
        int rows = (pieces.size() + 1) / 2;
        double column = (Theme.WIDTH - 2.0 * MARGIN) / 2;
        for (int i = 0; i < pieces.size(); i++) {
            Piece piece = pieces.get(i);
            double x = i < rows ? MARGIN : MARGIN + column;
            double y = LIST_TOP + i % rows * ROW;
            graphics.setColor(piece.color());
            graphics.fill(new Rectangle2D.Double(x, y, 28, 28));
            graphics.setColor(Theme.TEXT);
            graphics.setFont(Theme.font(Font.PLAIN, 24));
            draw(graphics, piece.name(), x + 44, y + 23);
            right(graphics, Figures.number(piece.millis()) + " ms", x + 390, y + 23);
            right(graphics, ProfileTables.percent(piece.share()), x + 530, y + 23);
        }
    }

    private static void right(Graphics2D graphics, String text, double end, double baseline) {
        draw(graphics, text, end - graphics.getFontMetrics().stringWidth(text), baseline);
    }

    private static void draw(Graphics2D graphics, String text, double x, double baseline) {
        graphics.drawString(text, (float) x, (float) baseline);
    }
}
