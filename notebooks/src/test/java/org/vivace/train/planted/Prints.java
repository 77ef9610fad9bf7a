package org.vivace.train.planted;

class Prints {
    void it() {
        System.out.println("it");
    }
}
