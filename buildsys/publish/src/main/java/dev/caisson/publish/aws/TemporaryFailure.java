package dev.caisson.publish.aws;

import software.amazon.awssdk.core.exception.SdkException;

/** The service or the way to it does not work now: nothing is wrong with what was asked, and it can be continued. */
final class TemporaryFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    TemporaryFailure(String message, SdkException cause) {
        super(message, cause);
    }

    TemporaryFailure(String message) {
        super(message);
    }
}
