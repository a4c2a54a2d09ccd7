/* Draws the operations. Without a validator address nothing is sent to another host. */

/* A field that may be left out starts empty, and an empty one is not sent: an example is no wish of whoever asks. */
const optionalFieldsStartEmpty = {
  wrapComponents: {
    JsonSchemaForm: (Field, { React }) => (props) => {
      const isExample = props.dispatchInitialValue && !props.required;
      return React.createElement(Field, isExample ? { ...props, dispatchInitialValue: false } : props);
    },
    ParameterIncludeEmpty: (Choice, { React }) => (props) => {
      const isIncludedOptions = { ...props.isIncludedOptions, defaultValue: false };
      return React.createElement(Choice, { ...props, isIncludedOptions });
    },
  },
};

window.ui = SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#operations",
  deepLinking: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  plugins: [optionalFieldsStartEmpty],
});
