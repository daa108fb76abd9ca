/** To be told. */
package io.sidetrack.sandbox;
