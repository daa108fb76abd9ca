package io.sidetrack.writer.table;

import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;

/** Prints the access key that the writer would sign with. Runs as a separate process, because its environment is tested. */
final class ResolvedCredentials {
    private ResolvedCredentials() {}

    public static void main(String[] arguments) {
        try (DefaultCredentialsProvider provider =
                DefaultCredentialsProvider.builder().build()) {
            System.out.println("key: " + provider.resolveCredentials().accessKeyId());
        }
    }
}
