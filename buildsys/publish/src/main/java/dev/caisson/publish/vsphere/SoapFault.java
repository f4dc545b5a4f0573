package dev.caisson.publish.vsphere;

import java.io.IOException;

/** The server has refused a request. */
final class SoapFault extends IOException {
    private static final long serialVersionUID = 1;

    private final String type;

    SoapFault(String method, String type, String text) {
        super(method + ": " + text + (type.isEmpty() || text.contains(type) ? "" : " (" + type + ")"));
        this.type = type;
    }

    /** The server's name of the fault, such as {@code DuplicateName}; may be empty. */
    String type() {
        return type;
    }
}
