/** What an operator can set, as plain data: read and validated once, at start-up. Knows nothing of how records are routed. */
package io.sidetrack.router.settings;
