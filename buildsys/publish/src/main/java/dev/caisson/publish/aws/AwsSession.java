package dev.caisson.publish.aws;

import dev.caisson.engine.Progress;

/**
 * What everything that talks to AWS needs.
 *
 * @param clients the SDK's clients
 * @param calls sends their requests
 * @param progress hears what happens
 */
record AwsSession(AwsClients clients, AwsCalls calls, Progress progress) {}
