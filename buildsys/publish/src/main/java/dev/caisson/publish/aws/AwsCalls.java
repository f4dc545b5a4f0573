package dev.caisson.publish.aws;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Sends requests until they are answered: what the service refuses for its load, or fails at, is sent again, later and later;
 * what it refuses for good becomes a message that names the permission or the mistake.
 *
 * <p>All requests that are sent again are ones that may be: they carry a token or an index, read only, set a state, or their
 * effect is looked for before.
 */
final class AwsCalls {
    private static final Set<String> THROTTLED = Set.of(
            "Throttling",
            "ThrottlingException",
            "ThrottledException",
            "RequestThrottled",
            "RequestThrottledException",
            "RequestLimitExceeded",
            "TooManyRequestsException",
            "BandwidthLimitExceeded",
            "LimitExceededException",
            "SlowDown",
            "EC2ThrottledException",
            "TooManyUpdates",
            "ConcurrentLimitExceededException",
            "SnapshotCopyRequestLimitExceeded");
    private static final Set<String> FORBIDDEN = Set.of(
            "UnauthorizedOperation", "AccessDenied", "AccessDeniedException", "UnauthorizedAccess", "OptInRequired");
    private static final Set<String> CREDENTIALS = Set.of(
            "ExpiredToken",
            "ExpiredTokenException",
            "InvalidClientTokenId",
            "UnrecognizedClientException",
            "SignatureDoesNotMatch",
            "AuthFailure",
            "InvalidSignatureException",
            "RequestExpired");
    private static final int SERVER_ERROR = 500;
    private static final int MOST_FAILURES = 12;
    private static final int MOST_THROTTLES = 60;
    private static final long FIRST_MILLIS = 100;
    private static final long MOST_MILLIS = 20_000;
    private static final int MOST_DOUBLINGS = 8;
    private static final int MOST_TEXT = 400;

    private final Pause pause;
    private final Random jitter;
    private final AtomicReference<String> caller = new AtomicReference<>("the caller");

    /**
     * @param pause waits between attempts
     * @param jitter so that many do not come back at once
     */
    AwsCalls(Pause pause, Random jitter) {
        this.pause = pause;
        this.jitter = jitter;
    }

    /** Hears of answers that ask for a slower pace. */
    interface Listener {
        /** Nobody. */
        Listener NONE = () -> {};

        /** A request was refused for the load. */
        void throttled();
    }

    /** A refusal that the caller may know what to do about. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        private final String code;

        Refused(String code, String text, Throwable cause) {
            super(text, cause);
            this.code = code;
        }

        /** The service's error code. */
        String code() {
            return code;
        }
    }

    /** Whose permissions messages speak of. */
    void caller(String arn) {
        caller.set(arn);
    }

    /** A text that no other run has. */
    String nonce() {
        return Long.toHexString(jitter.nextLong());
    }

    Pause pause() {
        return pause;
    }

    /** Sends until answered; any refusal is a failure. */
    <T> T call(String action, String region, Supplier<T> request) throws BuildException, InterruptedException {
        try {
            return attempt(action, region, request, Set.of(), Listener.NONE);
        } catch (Refused e) {
            throw failure(action, region, e);
        }
    }

    /**
     * Sends until answered.
     *
     * @param action as IAM calls it: {@code ec2:CopyImage}
     * @param later codes that mean "not yet"
     * @throws Refused for a refusal that has nothing to do with load, permissions or credentials
     */
    <T> T attempt(String action, String region, Supplier<T> request, Set<String> later, Listener listener)
            throws BuildException, Refused, InterruptedException {
        int failures = 0;
        int throttles = 0;
        while (true) {
            SdkException last;
            try {
                return request.get();
            } catch (AbortedException e) {
                throw new InterruptedException(e.getMessage());
            } catch (AwsServiceException e) {
                last = e;
                String code = code(e);
                if (e.isThrottlingException() || THROTTLED.contains(code)) {
                    throttles++;
                    listener.throttled();
                } else if (e.statusCode() >= SERVER_ERROR || later.contains(code)) {
                    failures++;
                } else if (FORBIDDEN.contains(code) || CREDENTIALS.contains(code)) {
                    throw failure(action, region, new Refused(code, text(e), e));
                } else {
                    throw new Refused(code, text(e), e);
                }
            } catch (SdkClientException e) {
                last = e;
                if (!isTransport(e)) {
                    throw client(action, region, e);
                }
                failures++;
            }
            if (failures >= MOST_FAILURES || throttles >= MOST_THROTTLES) {
                throw exhausted(action, region, last, failures + throttles);
            }
            pause.sleep(delay(failures + throttles));
        }
    }

    private Duration delay(int attempts) {
        long most = Math.min(MOST_MILLIS, FIRST_MILLIS << Math.min(attempts, MOST_DOUBLINGS));
        return Duration.ofMillis(most / 2 + jitter.nextLong(most / 2 + 1));
    }

    private static boolean isTransport(SdkClientException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException || cause instanceof UncheckedIOException) {
                return true;
            }
        }
        return e.retryable();
    }

    private static String code(AwsServiceException e) {
        String code = e.awsErrorDetails() == null ? null : e.awsErrorDetails().errorCode();
        return code == null ? Integer.toString(e.statusCode()) : code;
    }

    private static String text(AwsServiceException e) {
        String text = e.awsErrorDetails() == null ? null : e.awsErrorDetails().errorMessage();
        if (text == null) {
            return "HTTP status " + e.statusCode();
        }
        String readable = text.replaceFirst("\\s*Encoded authorization failure message:.*", "");
        return readable.length() > MOST_TEXT ? readable.substring(0, MOST_TEXT) : readable;
    }

    /** What a refusal means for the person at the terminal. */
    BuildException failure(String action, String region, Refused refused) {
        String what = action + " in " + region + ": " + refused.code() + ": " + refused.getMessage();
        String hint;
        if (FORBIDDEN.contains(refused.code())) {
            hint = "allow the IAM action " + action + " to " + caller.get() + " in " + region
                    + "; --plan lists all actions";
        } else if (CREDENTIALS.contains(refused.code())) {
            hint = "the credentials are wrong or have expired: get new ones, and run again";
        } else {
            hint = "";
        }
        return new BuildException(FailureCode.PUBLISHING, what, hint, refused.getCause());
    }

    private static BuildException client(String action, String region, SdkClientException e) {
        String text = String.valueOf(e.getMessage());
        if (text.toLowerCase(Locale.ROOT).contains("credentials")) {
            return new BuildException(
                    FailureCode.PUBLISHING,
                    action + " in " + region + ": there are no AWS credentials",
                    "set AWS_PROFILE, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_ROLE_ARN and"
                            + " AWS_WEB_IDENTITY_TOKEN_FILE",
                    e);
        }
        return new BuildException(FailureCode.PUBLISHING, action + " in " + region + ": " + text, "", e);
    }

    private static TemporaryFailure exhausted(String action, String region, SdkException last, int attempts) {
        String why = last instanceof AwsServiceException service
                ? code(service) + ": " + text(service)
                : Optional.ofNullable(last.getMessage()).orElse(last.toString());
        return new TemporaryFailure(
                action + " in " + region + ": no success in " + attempts + " attempts: " + why, last);
    }
}
