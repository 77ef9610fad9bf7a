package org.vivace.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A point an arm, with bars from the lowest to the highest seed both ways, and a line through the Pareto front. */
final class ArmPoints extends Drawing {

    static final Look FRONT = Look.solid(Theme.MUTED);

    private final List<ArmPoint> points;
    private final List<Integer> front;
    private final Optional<Goal> target;

    ArmPoints(List<ArmPoint> points, List<Integer> front, Optional<Goal> target) {
        super(RenderingHints.KEY_ANTIALIASING);
        this.points = points;
        this.front = front;
        this.target = target;
    }

    @Override
    void draw(Graphics2D graphics) {
        target.ifPresent(goal -> {
            graphics.setColor(Look.target().color());
            graphics.setStroke(Look.target().stroke(3));
            double y = getYAxisScreenValue(goal.value());
            graphics.draw(new Line2D.Double(getXAxisScreenValue(0), y, chart.getWidth() - 24.0, y));
        });
        front(graphics);
        for (ArmPoint point : points) {
            point(graphics, point, Look.at(point.place()));
            bars(graphics, point, Look.at(point.place()));
        }
    }

    private void front(Graphics2D graphics) {
        graphics.setColor(FRONT.color());
        graphics.setStroke(FRONT.stroke(4));
        Path2D line = new Path2D.Double();
        for (int place : front) {
            double x = getXAxisScreenValue(points.get(place).meanSeconds());
            double y = getYAxisScreenValue(points.get(place).meanQuality());
            if (line.getCurrentPoint() == null) {
                line.moveTo(x, y);
            } else {
                line.lineTo(x, y);
            }
            graphics.draw(new Ellipse2D.Double(x - 20, y - 20, 40, 40));
        }
        graphics.draw(line);
    }

    private void bars(Graphics2D graphics, ArmPoint point, Look look) {
        double[] x = Arrays.stream(point.seconds())
                .map(this::getXAxisScreenValue)
                .sorted()
                .toArray();
        double[] y = Arrays.stream(point.quality())
                .map(this::getYAxisScreenValue)
                .sorted()
                .toArray();
        double middleX = getXAxisScreenValue(point.meanSeconds());
        double middleY = getYAxisScreenValue(point.meanQuality());
        graphics.setColor(look.color());
        graphics.setStroke(new BasicStroke(2.5f));
        graphics.draw(new Line2D.Double(x[0], middleY, x[x.length - 1], middleY));
        graphics.draw(new Line2D.Double(middleX, y[0], middleX, y[y.length - 1]));
        for (double end : new double[] {x[0], x[x.length - 1]}) {
            graphics.draw(new Line2D.Double(end, middleY - 9, end, middleY + 9));
        }
        for (double end : new double[] {y[0], y[y.length - 1]}) {
            graphics.draw(new Line2D.Double(middleX - 9, end, middleX + 9, end));
        }
    }

    private void point(Graphics2D graphics, ArmPoint point, Look look) {
        double x = getXAxisScreenValue(point.meanSeconds());
        double y = getYAxisScreenValue(point.meanQuality());
        graphics.setColor(Color.WHITE);
        graphics.fill(look.point(x, y, 11));
        graphics.setColor(look.color());
        graphics.fill(look.point(x, y, 9));
    }
}
