package dev.caisson.publish.aws.stub;

/** An error answer. */
final class StubFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String code;

    StubFailure(int status, String code, String message) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
    }

    /** A request that the reference forbids. */
    static StubFailure invalid(String code, String message) {
        return new StubFailure(400, code, message);
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }
}
