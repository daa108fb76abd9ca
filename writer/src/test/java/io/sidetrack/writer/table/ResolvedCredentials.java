package io.sidetrack.writer.table;

import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;

/** Prints the access key that the writer would sign with. A process of its own, because the sources are its environment. */
final class ResolvedCredentials {
    private ResolvedCredentials() {}

    public static void main(String[] arguments) {
        try (DefaultCredentialsProvider provider =
                DefaultCredentialsProvider.builder().build()) {
            System.out.println("key: " + provider.resolveCredentials().accessKeyId());
        }
    }
}
