/** To be told. */
package io.sidetrack.router;
