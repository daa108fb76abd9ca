/** What an operator can set, as plain data: read and validated once, at start-up. Independent of how records are routed. */
package io.sidetrack.router.settings;
