package org.vivace.train.planted;

class NamesAMethod {
    boolean isIt(String name) {
        return name.startsWith("FusedAdamW");
    }
}
